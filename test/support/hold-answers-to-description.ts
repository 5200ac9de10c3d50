import { Refusal } from '../../lib/testing/http/refusal.js';
import { Router } from '../../lib/testing/http/router.js';
import { ROUTES } from '../../lib/testing/routes/routes.js';
import { DESCRIPTION_IS_HERE } from './portone-description.js';

// Runs in front of every test file: whatever a sandbox answers in the suite, success or refusal, must be what PortOne
// describes of the operation. Where PortOne's description is not at hand, nothing is held to it.

const violations = new Set<string>();

if (DESCRIPTION_IS_HERE) {
  const { answerCheck } = await import('./portone-description.js');
  const operations = new Set<unknown>(ROUTES.map(({ run }) => run));
  const match = Object.getOwnPropertyDescriptor(Router.prototype, 'match')?.value as Router['match'];

  Router.prototype.match = function (...request) {
    const found = match.apply(this, request);
    // What a test puts in an operation's place is the test's own affair.
    if (!found?.run || !operations.has(found.run)) return found;
    const { operation, run } = found;
    const check = (status: number, answer: unknown) => {
      for (const violation of answerCheck()(operation, status, JSON.parse(JSON.stringify(answer)))) {
        violations.add(`${operation.name} ${status}: ${violation}\n    ${JSON.stringify(answer).slice(0, 600)}`);
      }
    };
    return {
      ...found,
      run: async (call) => {
        try {
          const answer = await run(call);
          check(200, answer);
          return answer;
        } catch (error) {
          if (error instanceof Refusal && !error.data.type.startsWith('SANDBOX_')) check(error.status, error.data);
          throw error;
        }
      },
    };
  };

  afterEach(() => {
    const found = [...violations];
    violations.clear();
    if (found.length > 0) throw new Error(`Not as PortOne describes it:\n  ${found.join('\n  ')}`);
  });
}
