/** `/world/api/people`: who owns which number. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sends, startTestWorld, type TestWorld } from '../world-fixture.ts'

const PATH = '/world/api/people/01012345678'

let world: TestWorld
beforeEach(async () => {
  world = await startTestWorld()
})
afterEach(() => world.stop())

it('a person is given a number and found by it, also after a restart', async () => {
  expect((await world.json(PATH, sends({ persona: { name: '홍길동' } }, {}, 'PUT'))).status).toBe(200)
  world = await world.restart()
  expect(await world.json(PATH)).toMatchObject({
    status: 200,
    body: { persona: { name: '홍길동', language: 'ko', pays: { method: 'never' } } },
  })
  expect(await world.json('/world/api/people')).toMatchObject({
    body: { people: [{ number: '01012345678' }] },
  })
})

it('what is no persona is refused, and nobody is not found', async () => {
  expect((await world.json(PATH, sends({ persona: { name: 1 } }, {}, 'PUT'))).status).toBe(422)
  expect((await world.json(PATH)).status).toBe(404)
})
