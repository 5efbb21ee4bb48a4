/**
 * The thread that owns the one writing connection: takes a batch, commits it, answers it. A commit waits for the disk;
 * here that stops nobody else, and the main thread gathers the next batch meanwhile.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { commitTogether, type Write } from './batch.ts'
import { checkpoints } from './checkpoint.ts'
import { openDatabase } from './database.ts'

const { file, moving } = workerData as { file: string; moving: Int32Array }
const db = openDatabase(file, 'write')
const shortenLog = checkpoints(db, moving)

parentPort!.on('message', (batch: Write[] | 'close') => {
  if (batch === 'close') {
    db.close()
    parentPort!.close()
  } else {
    parentPort!.postMessage(commitTogether(db, batch))
    shortenLog()
  }
})
