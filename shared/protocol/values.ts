/** What the members of requests, replies and frames are made of. Every schema of the protocol is built from these. */
import * as v from 'valibot'

export const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
export const id = text(64)
export const secret = text(128)
export const time = v.pipe(v.number(), v.integer())
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
export const httpUrl = v.pipe(v.string(), v.maxLength(8192), v.regex(/^https?:\/\//i))

export const State = v.picklist(['pending', 'claimed', 'approved', 'redeemed', 'denied', 'expired', 'canceled'])
