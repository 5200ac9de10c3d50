/** What Express's response and Fastify's reply have in common, and how each tells that an answer is under way. */
interface HttpReply {
  status(code: number): { send(body: object): unknown };
  readonly headersSent?: boolean;
  /** Fastify's: the response of Node's. */
  readonly raw?: NodeResponse;
}

interface NodeResponse {
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  end(): unknown;
}

/** Answers with a JSON body; an answer whose head is sent already can only be ended. */
export function replyWith(reply: HttpReply, body: { readonly statusCode: number }): void {
  const response = reply.raw ?? (reply as unknown as NodeResponse);
  if (!response.headersSent) void reply.status(body.statusCode).send(body);
  else if (!response.writableEnded) response.end();
}
