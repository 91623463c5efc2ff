import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { requireSameOrigin } from './auth/same-origin.ts'
import { mountDemo } from './demo/mount-demo.ts'
import { mountApiDocs } from './docs/api-docs.ts'
import { mountHealth } from './health/health.ts'
import type { Handler } from './http/handle.ts'
import { answerProblem } from './http/problem.ts'
import { mountScreens } from './http/screens.ts'
import type { Services } from './services.ts'
import { mountSurvey } from './survey/mount-survey.ts'
import { mountVoice } from './voice/mount-voice.ts'
import { mountWidget } from './webchat/mount-widget.ts'
import { openToSites } from './webchat/open-to-sites.ts'

/** The HTTP application: routes and their guards, no listening. */
export async function createApp(services: Services, handlers: Handler[]): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true }),
    // Only the proxy in front of us is believed: it writes the last address, what stands before that anybody can write.
    trustProxy: services.env.TRUST_PROXY ? (_address, hop) => hop === 0 : false,
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
    requestTimeout: 300_000, // a request that trickles in must not hold its connection for ever
    routerOptions: { maxParamLength: 300 },
    genReqId: () => crypto.randomUUID(),
  })
  app.setErrorHandler(answerProblem)
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        // Remote images of a mail come through the server, once the agent asks for them.
        'img-src': ["'self'", 'data:', 'blob:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'", 'ws:', 'wss:'],
        'frame-src': ["'self'", 'blob:', 'data:'],
        'frame-ancestors': ["'self'"],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
      },
    },
    strictTransportSecurity: services.publicUrl.startsWith('https:'),
    crossOriginResourcePolicy: { policy: 'same-site' },
  })
  openToSites(app)
  app.removeContentTypeParser('text/plain') // JSON only: what a form of another site cannot send
  app.addHook('onRequest', async request => requireSameOrigin(request, services.publicUrl))
  await app.register(cookie)
  await app.register(multipart, { limits: { fileSize: 25 * 1024 * 1024, files: 1, fields: 10 } })
  mountHealth(app, services)
  mountApiDocs(app)
  mountWidget(app)
  mountDemo(app, services)
  await mountVoice(app, services)
  for (const handler of handlers) handler.mount(app, services)
  await mountSurvey(app, services)
  await mountScreens(app, services)
  return app
}
