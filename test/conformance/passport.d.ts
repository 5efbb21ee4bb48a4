/** What the tests use of packages that bring no types. */

type Handler = import('./relying-party.ts').Handler

declare module 'express-session' {
  export default function session(options: { secret: string; resave: boolean; saveUninitialized: boolean }): Handler
}

declare module 'passport' {
  class Passport {
    use(strategy: object): this
    session(): Handler
    authenticate(strategy: string): Handler
    serializeUser(keep: (user: object, done: (error: null, kept: object) => void) => void): void
    deserializeUser(find: (kept: object, done: (error: null, user: object) => void) => void): void
  }
  const passport: { Passport: typeof Passport }
  export default passport
}

declare module 'passport-openidconnect' {
  interface Options {
    issuer: string
    authorizationURL: string
    tokenURL: string
    userInfoURL: string
    clientID: string
    clientSecret: string
    callbackURL: string
    scope: string[]
    nonce: boolean
    maxAge: number
    skipUserProfile: boolean
  }
  interface Profile {
    id: string
    username?: string
    displayName?: string
  }
  export default class Strategy {
    constructor(
      options: Options,
      verify: (issuer: string, profile: Profile, done: (error: null, user: object) => void) => void,
    )
  }
}
