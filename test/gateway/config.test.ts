/** Settings: all faults at once, each with its mend. */
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig, SETTINGS } from '../../gateway/config.ts'

const faults = (env: Record<string, string>): string[] => {
  const read = readConfig(env)
  return read.ok ? [] : read.faults.map(({ variable }) => variable)
}

describe('settings', () => {
  it('need none of them set', () => {
    const read = readConfig({})
    expect(read).toMatchObject({
      ok: true,
      config: { issuer: 'http://localhost:8787', port: 8787, session_seconds: 180 },
    })
  })

  it('take the issuer from the port of this machine unless they are told another', () => {
    expect(readConfig({ NOD_PORT: '8790' })).toMatchObject({ config: { issuer: 'http://localhost:8790' } })
    expect(readConfig({ NOD_PORT: '0' })).toMatchObject({ config: { issuer: 'http://localhost:8787' } })
    const told = { NOD_PORT: '8790', NOD_ISSUER: 'https://nod.example' }
    expect(readConfig(told)).toMatchObject({ config: { issuer: 'https://nod.example' } })
  })

  it('tell every fault at once', () => {
    const wrong = {
      NOD_ISSUER: 'http://nod.example',
      NOD_PORT: '99999',
      NOD_TRUSTED_PROXIES: '10.0.0.0/8, proxy.local',
      NOD_SESSION_SECONDS: '0',
      NOD_HOLD_SECONDS: '25',
      NOD_REGISTRATION: 'maybe',
      NOD_SESION_SECONDS: '60',
    }
    expect(faults(wrong).sort()).toEqual(Object.keys(wrong).sort())
  })

  it('take an issuer that is one https origin, or loopback', () => {
    for (const good of [
      'https://nod.example',
      'https://nod.example:8443',
      'http://localhost:8787',
      'http://127.0.0.1:1',
    ]) {
      expect([good, faults({ NOD_ISSUER: good })]).toEqual([good, []])
    }
    for (const bad of [
      'https://nod.example/',
      'https://nod.example/x',
      'nod.example',
      'http://10.0.0.1',
      'https://u@nod.example',
      '',
      'http://localhost.evil.test',
    ]) {
      expect([bad, faults({ NOD_ISSUER: bad })]).toEqual([bad, ['NOD_ISSUER']])
    }
  })

  it('lift the limits only where nobody else can come', () => {
    expect(faults({ NOD_LIMITS: 'off' })).toEqual([])
    expect(faults({ NOD_LIMITS: 'off', NOD_ISSUER: 'https://nod.example' })).toEqual(['NOD_LIMITS'])
  })

  it('are read from files too, but not from both', () => {
    const file = join(tmpdir(), `nod-config-${process.pid}`)
    writeFileSync(file, 'https://nod.example\n')
    onTestFinished(() => rmSync(file))
    expect(readConfig({ NOD_ISSUER_FILE: file })).toMatchObject({ ok: true, config: { issuer: 'https://nod.example' } })
    expect(faults({ NOD_ISSUER_FILE: file, NOD_ISSUER: 'https://nod.example' })).toEqual(['NOD_ISSUER'])
    expect(faults({ NOD_ISSUER_FILE: `${file}.missing` })).toEqual(['NOD_ISSUER'])
  })

  it('each have a meaning, and a default that is sound', () => {
    for (const [name, setting] of Object.entries(SETTINGS)) {
      expect(setting.meaning.length).toBeGreaterThan(20)
      expect(() => setting.parse(setting.default), name).not.toThrow()
    }
  })
})
