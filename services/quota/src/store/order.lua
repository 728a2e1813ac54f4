#!lua name=yuanmeng_quota_4

-- The order of a line (docs/QUOTA.md). All keys of a line carry one hash tag. By epoch: `meta` (seq, chain, base, open),
-- `dedup` (operation id -> "seq hash"), `log` (a stream whose ids are "<seq>-0"). `current` names the epoch.
-- The library's name ends in its version: two releases of quota side by side each call their own.

-- Codes of an operation's answer, as store/order/append.rs reads them.
local PLACED, CONFLICT, NOT_OPEN = 0, 1, 2

-- The next value of the chain; domain/chain.rs computes the same.
local function follow(chain, seq, kind, id, hash)
  return redis.sha1hex(chain .. '|' .. seq .. '|' .. kind .. '|' .. id .. '|' .. hash)
end

-- Which round takes reservations after an operation.
local function round_after(kind, round, open)
  if kind == 'OPEN' then return round end
  if kind == 'END' or (kind == 'CLOSE' and open == round) then return '' end
  return open
end

-- What is kept of the operations that are asked for, by their id. One call for all: each costs more than what it does. There is
-- room on the stack for 8,000 values at a time; jobs/order.rs sends 256 operations.
local function known_of(dedup, args)
  local ids, known = {}, {}
  for i = 4, #args, 5 do ids[#ids + 1] = args[i] end
  if #ids == 0 then return known end
  local kept = redis.call('HMGET', dedup, unpack(ids))
  for i, id in ipairs(ids) do known[id] = kept[i] end
  return known
end

-- KEYS: current, meta, dedup, log. ARGV: epoch, durable sequence, then for each operation: kind, id, hash, round, body.
-- Answers 'STALE', 'BEHIND', or the log's end before these (seq, chain, base) and for each operation its code and a sequence.
-- Touches nothing else; O(1) an operation.
local function append(keys, args)
  if redis.call('GET', keys[1]) ~= args[1] then return 'STALE' end
  local meta = redis.call('HMGET', keys[2], 'seq', 'chain', 'open', 'base')
  if not meta[1] then return 'STALE' end
  local seq, chain, open = tonumber(meta[1]), meta[2], meta[3]
  if seq < tonumber(args[2]) then return 'BEHIND' end

  local answer, before = { seq, chain, meta[4] }, seq
  local known, fresh = known_of(keys[3], args), {}
  for i = 3, #args, 5 do
    local kind, id, hash, round, body = args[i], args[i + 1], args[i + 2], args[i + 3], args[i + 4]
    local code, place = PLACED, seq
    if known[id] then
      local space = string.find(known[id], ' ', 1, true)
      place = tonumber(string.sub(known[id], 1, space - 1))
      if string.sub(known[id], space + 1) ~= hash then code = CONFLICT end
    elseif kind == 'RESERVE' and round ~= open then
      code = NOT_OPEN
    else
      seq = seq + 1
      place = seq
      local number = string.format('%d', seq)
      chain = follow(chain, number, kind, id, hash)
      open = round_after(kind, round, open)
      redis.call('XADD', keys[4], number .. '-0', 'k', kind, 'i', id, 'h', hash, 'b', body, 'c', chain)
      known[id] = number .. ' ' .. hash
      fresh[#fresh + 1] = id
      fresh[#fresh + 1] = known[id]
    end
    answer[#answer + 1] = code
    answer[#answer + 1] = place
  end
  if seq > before then
    redis.call('HSET', keys[3], unpack(fresh))
    redis.call('HSET', keys[2], 'seq', seq, 'chain', chain, 'open', open)
  end
  return answer
end

-- KEYS: current, meta, dedup, log. ARGV: after which sequence, how many entries at most.
-- Answers the current epoch, then of the epoch of the keys: seq, chain, base (all '' where it is not there), entries.
local function read(keys, args)
  local current = redis.call('GET', keys[1]) or ''
  local meta = redis.call('HMGET', keys[2], 'seq', 'chain', 'base')
  if not meta[1] then return { current, '', '', '', {} } end
  local entries = redis.call('XRANGE', keys[4], '(' .. args[1] .. '-0', '+', 'COUNT', args[2])
  return { current, meta[1], meta[2], meta[3], entries }
end

-- KEYS: current. ARGV: what keys of the line begin with, which epoch to read where Redis is in none, after which sequence, how
-- many entries at most. Reads as above, of the epoch that Redis itself is in: in one call, or that epoch might end in between.
local function read_current(keys, args)
  local epoch = args[1] .. ':' .. (redis.call('GET', keys[1]) or args[2]) .. ':'
  return read({ keys[1], epoch .. 'meta', epoch .. 'dedup', epoch .. 'log' }, { args[3], args[4] })
end

-- KEYS: current, meta, dedup, log, and the staged meta, dedup, log. ARGV: epoch, operations staged, entries staged, and
-- what keys of an older epoch begin with. Puts a staged epoch in place, unless data was lost half-way or this or a later
-- epoch is there already. Answers 1 where it did.
local function install(keys, args)
  local epoch, current = tonumber(args[1]), tonumber(redis.call('GET', keys[1]) or 0) or 0
  if current > epoch or (current == epoch and redis.call('EXISTS', keys[2]) == 1) then return 0 end
  local whole = redis.call('EXISTS', keys[5]) == 1
    and redis.call('HLEN', keys[6]) == tonumber(args[2])
    and redis.call('XLEN', keys[7]) == tonumber(args[3])
  if not whole then return 0 end

  redis.call('UNLINK', keys[2], keys[3], keys[4])
  for i = 2, 4 do
    if redis.call('EXISTS', keys[i + 3]) == 1 then
      redis.call('RENAME', keys[i + 3], keys[i])
      redis.call('PERSIST', keys[i])
    end
  end
  if current > 0 and current < epoch then
    local old = args[4] .. ':' .. current .. ':'
    redis.call('UNLINK', old .. 'meta', old .. 'dedup', old .. 'log')
  end
  redis.call('SET', keys[1], epoch)
  return 1
end

redis.register_function('yuanmeng_quota_4_append', append)
redis.register_function { function_name = 'yuanmeng_quota_4_read', callback = read, flags = { 'no-writes' } }
redis.register_function {
  function_name = 'yuanmeng_quota_4_read_current', callback = read_current, flags = { 'no-writes' }
}
redis.register_function('yuanmeng_quota_4_install', install)
