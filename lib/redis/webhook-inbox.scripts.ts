import { redisScript, type RedisScript } from './redis-scripts.js';

/*
 * The keys, all of them beginning with a shard's, `{prefix:0}`, which is what the scripts are given and what decides the
 * Cluster slot:
 *
 *   {prefix:0}:delivery:<id>         hash: done | token, lease, attempt, failure, kept, body, and h:<handler> for each
 *                                    that is through. `lease` is when the claim ends, `done` when it may be forgotten.
 *   {prefix:0}:due:<account>         unfinished deliveries by when their lease ends or their next attempt is due
 *   {prefix:0}:received:<account>    the same ones by when they came
 *   {prefix:0}:unfinished:<account>  the same ones by their ids
 *   {prefix:0}:exhausted:<account>   those that had all their attempts, by their ids
 *
 * Only what was kept is in the indexes, and only what was not, or is done, expires.
 *
 * A Redis that is full refuses a script at its first command that needs memory, and lets a script go on that has written
 * before. So the scripts of a delivery that is there begin with a command that frees: what was begun can be finished, and
 * only what is new is refused.
 */

/** ARGV: now (the server's clock when empty), account, id. */
const PRELUDE = `
local now = tonumber(ARGV[1])
local ownClock = now == nil
if ownClock then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local account = ARGV[2]
local function index(base, name) return base .. ':' .. name .. ':' .. account end
local function record(base, id) return base .. ':delivery:' .. id end
local function expire(key, ms) if ownClock then redis.call('PEXPIRE', key, ms) end end

local function holds(key, token)
  local held = redis.call('HMGET', key, 'token', 'lease')
  return held[1] and held[1] == token and tonumber(held[2]) > now
end
local function isHeld(key)
  local held = redis.call('HMGET', key, 'token', 'lease')
  return held[1] and tonumber(held[2]) > now
end
local function addUnfinished(base, id, kept)
  redis.call('ZREM', index(base, 'exhausted'), id)
  redis.call('ZADD', index(base, 'unfinished'), 0, id)
  redis.call('ZADD', index(base, 'received'), cjson.decode(kept).receivedAt, id)
end
local function removeUnfinished(base, id)
  redis.call('ZREM', index(base, 'due'), id)
  redis.call('ZREM', index(base, 'received'), id)
  redis.call('ZREM', index(base, 'unfinished'), id)
end
local function removeFromAll(base, id)
  removeUnfinished(base, id)
  redis.call('ZREM', index(base, 'exhausted'), id)
end
local function finish(base, id, retention)
  redis.call('DEL', record(base, id))
  removeFromAll(base, id)
  redis.call('HSET', record(base, id), 'done', now + retention)
  expire(record(base, id), retention)
end
local function take(key, token, lease, attempt)
  redis.call('HSET', key, 'token', token, 'lease', now + lease, 'attempt', attempt)
end
local function addHandlers(answer, key)
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.sub(field, 1, 2) == 'h:' then answer[#answer + 1] = string.sub(field, 3) end
  end
  return answer
end
`;

/** Of one delivery: KEYS[1] is its shard. */
const DELIVERY = `${PRELUDE}
local base, id = KEYS[1], ARGV[3]
local key = record(base, id)
`;

/** Of the shards in KEYS. */
const SHARDS = `${PRELUDE}
local function longestDue()
  local found, due, foundId
  for _, base in ipairs(KEYS) do
    local first = redis.call('ZRANGEBYSCORE', index(base, 'due'), '-inf', now, 'WITHSCORES', 'LIMIT', 0, 1)
    if first[1] and (due == nil or tonumber(first[2]) < due) then
      found, due, foundId = base, tonumber(first[2]), first[1]
    end
  end
  return found, foundId, due
end
`;

/** One script an operation. */
export const INBOX_SCRIPTS = {
  /** token, leaseMs, retentionMs, kept ('' for nothing), body */
  claim: redisScript(`${DELIVERY}
local token, lease, retention, kept, body = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7], ARGV[8]
local was = redis.call('HMGET', key, 'done', 'token', 'lease', 'attempt', 'kept')
if was[1] then
  if tonumber(was[1]) > now then return {'done'} end
  redis.call('DEL', key)
  was = {}
end
local attempt = tonumber(was[4] or 0)
if was[2] and tonumber(was[3]) > now then
  -- The client sends a command again whose answer was lost with the connection.
  if was[2] ~= token then return {'in-progress', tonumber(was[3]) - now} end
else
  attempt = attempt + 1
end
if was[4] then redis.call('HDEL', key, 'token') end
take(key, token, lease, attempt)
if kept ~= '' and not was[5] then
  redis.call('HSET', key, 'kept', kept, 'body', body)
  redis.call('PERSIST', key)
  addUnfinished(base, id, kept)
elseif was[5] and redis.call('ZSCORE', index(base, 'exhausted'), id) then
  addUnfinished(base, id, was[5])
end
if was[5] or kept ~= '' then
  redis.call('ZADD', index(base, 'due'), now + lease, id)
else
  expire(key, lease + retention)
end
return addHandlers({'claimed', attempt}, key)
`),

  /** token, leaseMs, retentionMs */
  renew: redisScript(`${DELIVERY}
if not holds(key, ARGV[4]) then return 0 end
local lease = tonumber(ARGV[5])
if redis.call('ZREM', index(base, 'due'), id) == 1 then
  redis.call('ZADD', index(base, 'due'), now + lease, id)
else
  redis.call('PERSIST', key)
  expire(key, lease + ARGV[6])
end
redis.call('HSET', key, 'lease', now + lease)
return 1
`),

  /** token, handler */
  completeHandler: redisScript(
    `${DELIVERY}
if not holds(key, ARGV[4]) then return 0 end
redis.call('HDEL', key, 'h:' .. ARGV[5])
redis.call('HSET', key, 'h:' .. ARGV[5], 1)
return 1
`,
    { ends: true },
  ),

  /** token, retentionMs */
  complete: redisScript(
    `${DELIVERY}
if not holds(key, ARGV[4]) then return 0 end
finish(base, id, tonumber(ARGV[5]))
return 1
`,
    { ends: true },
  ),

  /** token, delayMs, failure */
  release: redisScript(
    `${DELIVERY}
if not holds(key, ARGV[4]) then return 0 end
redis.call('HDEL', key, 'token')
if ARGV[6] ~= '' then redis.call('HSET', key, 'failure', ARGV[6]) end
if redis.call('ZREM', index(base, 'due'), id) == 1 then
  redis.call('ZADD', index(base, 'due'), now + ARGV[5], id)
end
return 1
`,
    { ends: true },
  ),

  forget: redisScript(`${DELIVERY}
redis.call('DEL', key)
removeFromAll(base, id)
return 1
`),

  replay: redisScript(`${DELIVERY}
local kept = redis.call('HGET', key, 'kept')
if not kept or isHeld(key) then return 0 end
redis.call('HDEL', key, 'token')
redis.call('HSET', key, 'attempt', 0)
addUnfinished(base, id, kept)
redis.call('ZADD', index(base, 'due'), now, id)
return 1
`),

  /** retentionMs */
  discard: redisScript(`${DELIVERY}
if redis.call('HEXISTS', key, 'kept') == 0 or isHeld(key) then return 0 end
finish(base, id, tonumber(ARGV[4]))
return 1
`),

  /** Answers since when a delivery has been due there, or nothing. */
  look: redisScript(`${SHARDS}
local _, _, due = longestDue()
return due
`),

  /** token, leaseMs, maxAttempts */
  claimDue: redisScript(`${SHARDS}
while true do
  local base, id = longestDue()
  if not base then return nil end
  local key = record(base, id)
  local was = redis.call('HMGET', key, 'attempt', 'kept', 'body')
  if not was[2] then
    -- Somebody has deleted the delivery's key.
    removeFromAll(base, id)
  else
    local attempt, lease = tonumber(was[1]), tonumber(ARGV[4])
    if attempt >= tonumber(ARGV[5]) then
      removeUnfinished(base, id)
      redis.call('ZADD', index(base, 'exhausted'), 0, id)
      return {'exhausted', id, was[2], was[3], attempt}
    end
    redis.call('ZREM', index(base, 'due'), id)
    take(key, ARGV[3], lease, attempt + 1)
    redis.call('ZADD', index(base, 'due'), now + lease, id)
    return addHandlers({'claimed', id, was[2], was[3], attempt + 1}, key)
  end
end
`),

  /** the least id, limit, the states */
  list: redisScript(`${SHARDS}
local rows = {}
for _, base in ipairs(KEYS) do
  for at = 5, #ARGV do
    local state = ARGV[at]
    for _, id in ipairs(redis.call('ZRANGEBYLEX', index(base, state), ARGV[3], '+', 'LIMIT', 0, ARGV[4])) do
      local is = redis.call('HMGET', record(base, id), 'attempt', 'failure', 'kept', 'body')
      local due = redis.call('ZSCORE', index(base, 'due'), id)
      if is[3] then rows[#rows + 1] = {state, is[1], due or '', is[2] or '', is[3], is[4]} end
    end
  end
end
return rows
`),

  backlog: redisScript(`${SHARDS}
local rows = {}
for _, base in ipairs(KEYS) do
  local oldest = redis.call('ZRANGE', index(base, 'received'), 0, 0, 'WITHSCORES')
  rows[#rows + 1] = {
    redis.call('ZCARD', index(base, 'unfinished')),
    redis.call('ZCARD', index(base, 'exhausted')),
    oldest[2] or '',
  }
end
return rows
`),
} satisfies Record<string, RedisScript>;
