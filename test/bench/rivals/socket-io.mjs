// A relay of socket.io as its documentation has it, both transports: `node socket-io.mjs PORT`. A page waits in a room of its
// own, an approver names the room. Nothing is stored, signed or checked: what is left is the price of the library.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const [port] = process.argv.slice(2)
const server = createServer({ keepAliveTimeout: 60_000 })
const io = new Server(server)

io.on('connection', (socket) => {
  socket.on('wait', (answer) => {
    const session_id = randomUUID()
    socket.join(session_id)
    answer({ session_id, expires_in: 180 })
  })
  socket.on('claim', ({ session_id }, answer) => {
    io.to(session_id).emit('claimed', { match_number: '47' })
    answer({ client: 'Bench', origin: 'https://bench.example', browser: 'Chrome 140', os: 'Linux' })
  })
  socket.on('approve', ({ session_id }, answer) => {
    io.to(session_id).emit('approved', { redirect_to: `https://bench.example/callback?code=${session_id}` })
    answer({ state: 'approved' })
  })
})
server.listen(Number(port), '127.0.0.1')
