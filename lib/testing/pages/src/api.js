/** A control that refused. */
export class Refused extends Error {
  constructor(status, data) {
    super(data.message ?? data.pgMessage ?? data.type);
    this.status = status;
    this.data = data;
  }
}

/** Calls a control of the sandbox. */
export async function call(method, path, body) {
  const response = await fetch(`/_sandbox/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

export const post = (path, body) => call('POST', path, body);
