// The floor: nothing but `ws`, node:http and one FULL commit of better-sqlite3 for each approval: `node bare.mjs PORT FILE PING_MS`.
//   a socket at /ID or a request GET /ID waits; POST /ID commits and answers whoever waits
import { createServer } from 'node:http'
import Database from 'better-sqlite3'
import { WebSocketServer } from 'ws'

const [port, file, ping_every] = process.argv.slice(2)
const database = new Database(file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec('CREATE TABLE IF NOT EXISTS approvals (id TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID')
const commit = database.prepare('INSERT INTO approvals VALUES (?, ?)')

const sockets = new Map()
const polls = new Map()
const VIEW = JSON.stringify({ state: 'approved', redirect_to: `https://bench.example/callback?code=${'c'.repeat(43)}` })

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const { url: id, method } = request
  if (id === '/') return response.end()
  if (method === 'GET') {
    polls.set(id, response)
    response.once('close', () => {
      if (polls.get(id) === response) polls.delete(id)
    })
    return
  }
  request.resume().once('end', () => {
    commit.run(id, Date.now())
    sockets.get(id)?.send(VIEW)
    polls.get(id)?.end(VIEW)
    response.end('{}')
  })
})
const wss = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 4096 })
wss.on('connection', (socket, { url: id }) => {
  sockets.set(id, socket)
  socket.once('close', () => sockets.delete(id))
  // Spread, where the README of ws has one timer walk all of them at once.
  const ping = setInterval(() => socket.ping(), Number(ping_every))
  socket.once('close', () => clearInterval(ping))
})
server.listen(Number(port), '127.0.0.1')
