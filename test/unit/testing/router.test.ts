import { OPERATIONS } from '../../../lib/client/operations.generated.js';
import { Router } from '../../../lib/testing/http/router.js';

it('finds each of the operations by its own method and path', () => {
  const router = new Router([]);
  for (const { name, method, path } of OPERATIONS) {
    const pathname = path.map((part, index) => (index % 2 === 1 ? encodeURIComponent(`${part}/값`) : part)).join('');
    const params = Object.fromEntries(path.filter((_, index) => index % 2 === 1).map((part) => [part, `${part}/값`]));
    const match = router.match(method, pathname);
    expect([match?.operation.name, match?.params]).toEqual([name, params]);
  }
});

it.each([
  ['GET', '/payments/'],
  ['GET', '/payments/a/'],
  ['PATCH', '/payments/a'],
  ['GET', '/payments//transactions'],
  ['GET', '/'],
])('finds nothing at %s %s', (method, pathname) => {
  expect(new Router([]).match(method, pathname)).toBeUndefined();
});
