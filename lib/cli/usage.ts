/** A command line that does not fit; the message names the option. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export const DEFAULT_PORT = 4649;

export const USAGE = `nestjs-portone sandbox [options]     a PortOne on this machine, until Ctrl-C
  --port <number>          on 127.0.0.1; 0 for any that is free (default ${DEFAULT_PORT})
  --webhook-url <url>      where webhooks go (default: none are sent)
  --webhook-secret <text>  base64, with or without whsec_; two, comma-separated (default: made from the API secret)
  --api-secret <text>      (default sandbox-api-secret)
  --store-id <text>        (default store-sandbox)
  --clock <real|manual>    manual, or an instant to begin at: stands still until it is advanced (default real)
  --seed <text>            the same seed and the same calls give the same ids (default: a random one)
  --json                   one JSON object a line, the variables first

nestjs-portone webhook <type> --url <url> [options]     signs and sends one event, and prints the answer
  --url <url>              the endpoint
  --secret <text>          the webhook secret (default: PORTONE_WEBHOOK_SECRET)
  --data <json>            fields of the event's data, over the sample's: '{"paymentId":"order-1"}'

nestjs-portone --help | --version
`;
