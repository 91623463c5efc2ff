import { randomUUID } from 'node:crypto'
import { openLine } from '@centrala/api/call.ts'
import { ApiError } from '@centrala/api/client.ts'
import { expect, test } from 'vitest'
import { startTestServer, type TestUser } from '../../../../tests/server.ts'
import { phoneDesk, startTestNode } from './testing.ts'

test('a line is its person’s: nobody else opens it, of whatever company, at whatever node', async () => {
  const server = await startTestServer()
  const [node, second] = [await startTestNode(server), await startTestNode(server)]
  const [desk, elsewhere] = [await phoneDesk(server, node), await phoneDesk(server, node)]
  const lineId = randomUUID()
  const open = (user: TestUser, nodeId?: string) =>
    user.client.call(openLine, { body: { lineId, sdp: 'v=0 offer', ...(nodeId && { nodeId }) } })
  await open(desk.ana, node.id)
  for (const thief of [desk.iva, elsewhere.ana])
    for (const nodeId of [node.id, second.id])
      await expect(open(thief, nodeId)).rejects.toSatisfy(
        error => error instanceof ApiError && error.problem.status === 409 && error.problem.code === 'line.taken',
      )
  const opened = [...node.commands, ...second.commands].filter(command => command.type === 'openLine')
  expect(opened).toHaveLength(1)
  expect(server.services.voice.phones.lineOf(desk.tenant.id, desk.ana.id, { lineId })).toMatchObject({
    nodeId: node.id,
  })
  await open(desk.ana, node.id)
  await node.close()
  await second.close()
  await server.close()
})
