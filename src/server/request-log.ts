import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';

/**
 * One line for each request, when it is answered or given up, with all there is to say of it. Fastify writes another
 * when the request comes in: at twice the cost, and whoever reads the log has to join the two.
 */
export class RequestLog extends LogController {
  override incomingRequest(): void {
    // Told by `requestCompleted`.
  }

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const facts = { req: request, res: reply, responseTime: reply.elapsedTime };
    if (error) request.log.error({ ...facts, err: error }, 'request errored');
    else request.log.info(facts, 'request completed');
  }
}
