/**
 * A gateway, a shop that uses it, and an account, on ports of their own and in a folder that goes with them: the stage
 * on which the browser tests play. Also lends out profiles, and closes all of them at the end.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Gateway } from '../../demo/gateway.ts'
import { freePort } from '../../demo/ports.ts'
import { openShop, registerShop } from '../../demo/shop.ts'
import { openProfile } from './browsers.ts'
import type { Profile, ProfileOptions } from './profile.ts'

export interface Person {
  username: string
  name: string
  password: string
}

export const ADA: Person = { username: 'ada', name: 'Ada Lovelace', password: 'correct horse battery staple' }

interface Wishes {
  /** Further NOD_* settings. */
  settings?: Record<string, string>
  /** The start URI's path that the operator registered, if it is not the right one. */
  start_path?: string
  /** Stands in front of the gateway at its issuer's port, and passes on to the other. */
  front?: (port: number, gateway_port: number) => Promise<{ close(): Promise<void> }>
}

export class Stage implements AsyncDisposable {
  readonly gateway: Gateway
  readonly shop: string
  readonly folder: string
  readonly #end: AsyncDisposableStack

  private constructor(gateway: Gateway, shop: string, folder: string, end: AsyncDisposableStack) {
    this.gateway = gateway
    this.shop = shop
    this.folder = folder
    this.#end = end
  }

  static async set({ settings = {}, start_path, front }: Wishes = {}): Promise<Stage> {
    const end = new AsyncDisposableStack()
    try {
      const folder = await mkdtemp(join(tmpdir(), 'nod-test-'))
      end.defer(() => rm(folder, { recursive: true, force: true }))
      const data = join(folder, 'data')
      const port = await freePort()
      const behind = front ? await freePort() : port
      if (front) end.defer((await front(port, behind)).close)
      const own = { NOD_LIMITS: 'off', NOD_PORT: `${behind}` }
      const gateway = new Gateway({ port, data, settings: { ...own, ...settings } })
      end.defer(() => gateway.stop())
      await gateway.start()
      await gateway.addUser(ADA.username, ADA.name, ADA.password)
      const shop = `http://localhost:${await freePort()}`
      const site = await openShop(gateway, shop, await registerShop(gateway, shop, start_path))
      end.defer(site.close)
      return new Stage(gateway, shop, folder, end)
    } catch (error) {
      await end.disposeAsync()
      throw error
    }
  }

  async profile(options: ProfileOptions = {}): Promise<Profile> {
    const profile = await openProfile(options)
    this.#end.defer(() => profile.close())
    return profile
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end.disposeAsync()
  }
}
