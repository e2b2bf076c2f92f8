import { afterAll, expect, test } from 'vitest'
import { createJudge } from '../../gateway/signin/judge.ts'
import { PasswordRefused, checkRequirements, requireAll } from '../../gateway/signin/requirements.ts'

const judge = createJudge()
afterAll(() => judge[Symbol.asyncDispose]())

const owner = { address: 'anna.schmidt@st-mary.example.org', organisation: 'Saint Mary Hospital' }

/** Ids of the requirements a password does not meet. */
async function unmet(password: string, of: { address?: string; organisation?: string } = owner) {
  const requirements = await checkRequirements(judge, password, of, false)
  expect(requirements.map((one) => one.id)).toEqual(['length', 'bytes', 'common', 'personal'])
  return requirements.filter((one) => !one.met).map((one) => one.id)
}

test.each(['violet-tractor-hums-42', 'seven quiet lanterns drift', 'kxgrtoqpznfd', 'Ελληνικά γράμματα'])(
  '%s is taken',
  async (password) => expect(await unmet(password)).toEqual([]),
)

test.each([
  'password1234',
  'Passw0rd1234!',
  'p@ssw0rdp@ssw0rd',
  'qwertyuiop1234',
  '123456789012',
  'aaaaaaaaaaaaaaaaaaaa',
  'iloveyou1234',
  'letmeinletmein',
  '198419841984',
])('%s is too easily guessed', async (password) => expect(await unmet(password)).toEqual(['common']))

test('nothing is ticked before something is typed', async () => {
  expect(await unmet('')).toEqual(['length', 'bytes', 'common', 'personal'])
})

test('characters are counted as people count them: 12 emoji are enough, 11 are not', async () => {
  expect(await unmet('🦊🌲🚲🎻🍋🧭🛶🎲🪁🥁🪐🧩')).toEqual([])
  expect(await unmet('🦊🌲🚲🎻🍋🧭🛶🎲🪁🥁🪐')).toEqual(['length', 'common'])
})

test('1,024 bytes are taken, more are refused and not cut', async () => {
  const long = 'violet tractor hums; '
  expect(await unmet(long.repeat(60).slice(0, 1024))).not.toContain('bytes')
  expect(await unmet(long.repeat(60).slice(0, 1025))).toContain('bytes')
  expect(await unmet('ü'.repeat(513))).toContain('bytes')
  expect(await unmet(`violet tractor hums \ud800`)).toEqual(['bytes'])
})

test.each([
  'xx Anna.Schmidt likes bees',
  'quiet ST-MARY lanterns drift',
  'example.org lanterns drift',
  'my own POSTERN lanterns',
  'a ｐｏｓｔｅｒｎ full of bees',
  'the saint mary hospital bees',
])('%s says too much about its owner', async (password) => {
  expect(await unmet(password)).toContain('personal')
})

test('short names do not forbid every word they are part of', async () => {
  expect(await unmet('seven quiet lanterns drift', { address: 'an@x.test' })).toEqual([])
})

test('a name with a number behind it is guessed', async () => {
  expect(await unmet('Schmidt1980!')).toEqual(['common'])
  expect(await unmet('annaSCHMIDT1')).toEqual(['common', 'personal'])
})

test('what is refused is told by name', async () => {
  const error: unknown = await requireAll(judge, 'postern', owner).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(PasswordRefused)
  expect(error).toMatchObject({
    code: 'password-refused',
    status: 422,
    unmet: ['length', 'common', 'personal'],
  })
})

test('the event loop goes on while the worst passwords are judged', async () => {
  let last = performance.now()
  let longest = 0
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 5)
  const worst = ['4@8$1!'.repeat(17), '$@1!0'.repeat(20), 'ab1ab2ab3ab4'.repeat(9), '12/12/1212.'.repeat(10)]
  const started = performance.now()
  await Promise.all(worst.map((password) => judge.guesses(password, [], false)))
  clearInterval(beat)
  const took = performance.now() - started
  console.log(
    `4 of the worst passwords: ${took.toFixed(0)} ms; longest pause of the event loop ${longest.toFixed(0)} ms`,
  )
  expect(longest).toBeLessThan(took / 2)
})

test('too many ticks at once are refused, a password being set is not', async () => {
  await using busy = createJudge(2)
  const ticks = await Promise.allSettled(
    Array.from({ length: 6 }, () => busy.guesses('violet-tractor', [], false)),
  )
  expect(ticks.map((one) => one.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
    'rejected',
  ])
  const set = await Promise.all(Array.from({ length: 6 }, () => busy.guesses('violet-tractor', [], true)))
  expect(set).toHaveLength(6)
})
