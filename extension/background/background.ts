/**
 * Where everything that happens to the extension comes in. Listeners are set up here and at once, since a worker that
 * was woken by an event misses what it does not yet listen to. Decides only who may ask; the work is in the files beside.
 */
import { browser, type Runtime } from '../browser.ts'
import { type AnyRequest, type Outcome, readPort, readRequest, roleOf } from '../messages.ts'
import { outcomeOf } from '../problem.ts'
import { bringForward, keepFromContentScripts, onChange, write } from '../state.ts'
import { drawBadge, openApprovals, withdraw } from './attention.ts'
import { decide, dismiss, openCard, release, report } from './deciding.ts'
import { addGateway, removeGateway } from './gateway.ts'
import { forgetEnded, makeDefault, takeTokensIn } from './identity.ts'
import { INBOX_ALARM, openView, poll, recoverInbox, settle, whileClaiming } from './inbox.ts'
import { cancelLink, resumeLink, startLink, unlink } from './linking.ts'
import { keepMenu, listenToMenu, readingSeen } from './menu.ts'
import { broughtForward, OLD_KEYS } from './old-state.ts'
import { openOverview, signOut } from './overview.ts'
import { leaveSwitchedOff, openPage, recoverPages, renewPage, unfoldPage } from './pages.ts'
import { refreshSites, switchSite, syncScripts } from './sites.ts'
import { leaveTaken, openTakeover, syncTakeover } from './takeover.ts'
import { claimEntered, claimScanned, resumeTaking, scanTab, signInHere } from './taking.ts'

const self = { id: browser.runtime.id, base: browser.runtime.getURL('') }

const REFUSED: Outcome = { ok: false, problem: { code: 'refused' } }

/** What a request does. Each is one use case; its outcome crosses back as data. */
function perform({ name, input }: AnyRequest): Promise<unknown> {
  switch (name) {
    case 'add_gateway':
      return addGateway(input.issuer)
    case 'remove_gateway':
      return removeGateway(input.issuer)
    case 'start_link':
      return startLink(input.issuer)
    case 'cancel_link':
      return cancelLink()
    case 'make_default':
      return makeDefault(input.account_id)
    case 'unlink':
      return unlink(input.account_id)
    case 'forget_ended':
      return forgetEnded(input.issuer, input.sub)
    case 'refresh_sites':
      return refreshSites()
    case 'switch_site':
      return switchSite(input.issuer, input.client_id, input.on)
    case 'scan_tab':
      return scanTab(input.tab_id, input.account_id)
    case 'sign_in_here':
      return signInHere(input.tab_id, input.account_id)
    case 'claim_scanned':
      return claimScanned(input)
    case 'put_reading_away':
      return write('reading', null)
    case 'use_camera':
      return write('camera', input)
    case 'claim_entered':
      return claimEntered(input.text, input.account_id)
    case 'decide':
      return decide(input)
    case 'release':
      return release(input)
    case 'report':
      return report(input)
    case 'open_card':
      return openCard(input)
    case 'dismiss':
      return dismiss(input)
    case 'open_overview':
      return openOverview(input.account_id)
    case 'sign_out':
      return signOut(input.account_id, input.session_id)
    case 'unfold_page':
      return unfoldPage(input.tab_id)
    case 'renew_page':
      return renewPage(input.tab_id)
  }
}

browser.runtime.onMessage.addListener((message, sender, respond) => {
  const request = readRequest(message, sender, self)
  const outcome = request ? ready.then(() => outcomeOf(perform(request))) : Promise.resolve(REFUSED)
  void outcome.then(respond)
  return true
})

browser.runtime.onConnect.addListener((port: Runtime.Port) => {
  const kind = readPort(port.name, port.sender ?? {}, self)
  if (kind === 'page') openPage(port)
  else if (kind === 'view') {
    openView(port, roleOf(port.sender ?? {}, self) ?? 'options')
    port.onDisconnect.addListener(() => void readingSeen())
    void ready.then(settle)
  } else if (kind === 'takeover') openTakeover(port)
  else port.disconnect()
})

browser.alarms.onAlarm.addListener(({ name }) => {
  if (name === INBOX_ALARM) void ready.then(poll)
})
browser.notifications.onClicked.addListener((id) => void withdraw(id).then(openApprovals))
browser.permissions.onRemoved.addListener(() => void ready.then(syncScripts).then(syncTakeover))
browser.runtime.onInstalled.addListener(({ reason, temporary }) => {
  void ready.then(syncScripts).then(syncTakeover).then(keepMenu)
  // A developer's own, which is installed anew all day long, is known already.
  if (reason === 'install' && !temporary) void browser.tabs.create({ url: browser.runtime.getURL('welcome.html') })
})
browser.runtime.onStartup.addListener(() => void ready.then(refreshSites).then(keepMenu))
listenToMenu()
onChange((key) => {
  if (key === 'inbox' || key === 'pages') void drawBadge()
  if (key === 'inbox') void leaveTaken()
  if (key === 'accounts') void syncTakeover().then(keepMenu)
  if (key === 'enabled' || key === 'gateways') void leaveSwitchedOff()
})

/** What a worker that has just been started, perhaps in the middle of something, puts back in order first. */
async function recover(): Promise<void> {
  await keepFromContentScripts()
  await bringForward(OLD_KEYS, broughtForward)
  await takeTokensIn()
  await recoverInbox()
  await recoverPages()
  await write('reading', null)
  await resumeLink()
  await drawBadge()
  // Not waited for: they take as long as their gateways do.
  void whileClaiming(resumeTaking())
  void poll()
}

const ready = recover().catch((error) => console.error('nod:', error))
