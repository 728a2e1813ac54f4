#!lua name=yuanmeng_identity

-- One-time codes and limits. Every function is one atomic step; every key goes by itself. A function whose keys or
-- arguments change gets another name: a Redis that outlives a release still has the one before.

-- Keeps a code for a phone and purpose. The same request gets the same code again; another one waits its time, whatever
-- its purpose, and so many a day are the limit.
-- keys: the code, the phone's pause, the day's count. args: request, code, now, expires, next (ms), most a day, a day (ms).
redis.register_function('keep_phone_code', function(keys, args)
  local now = tonumber(args[3])
  local kept = redis.call('HMGET', keys[1], 'request', 'code', 'expires', 'next')
  if kept[1] == args[1] and kept[2] then
    return {'kept', kept[2], kept[3], kept[4]}
  end
  local next = redis.call('GET', keys[2])
  if next and tonumber(next) > now then
    return {'soon', next}
  end
  local count = redis.call('INCR', keys[3])
  if count == 1 then redis.call('PEXPIRE', keys[3], args[7]) end
  if count > tonumber(args[6]) then return {'exhausted'} end
  redis.call('SET', keys[2], args[5], 'PXAT', args[5])
  redis.call('DEL', keys[1])
  redis.call('HSET', keys[1], 'request', args[1], 'code', args[2], 'expires', args[4], 'next', args[5], 'tries', 0)
  redis.call('PEXPIREAT', keys[1], math.max(tonumber(args[4]), tonumber(args[5])))
  return {'kept', args[2], args[4], args[5]}
end)

-- Uses a code up: 1 where it was right, 0 otherwise. A code may be guessed at so many times only. Who used it up may
-- repeat that with the same code while it would have lasted, or an answer that got lost would cost a person the code.
-- A code that was used ends the phone's pause: no stranger can have read it.
-- keys: the code, the phone's pause. args: code, now (ms), tries, request (empty where it is not to be repeated).
redis.register_function('use_phone_code', function(keys, args)
  local kept = redis.call('HMGET', keys[1], 'code', 'expires', 'tries', 'used', 'used_by')
  if not kept[2] or tonumber(kept[2]) <= tonumber(args[2]) or tonumber(kept[3]) >= tonumber(args[3]) then
    return 0
  end
  if not kept[1] then
    return (args[4] ~= '' and kept[5] == args[4] and kept[4] == args[1]) and 1 or 0
  end
  if kept[1] ~= args[1] then
    redis.call('HINCRBY', keys[1], 'tries', 1)
    return 0
  end
  redis.call('HDEL', keys[1], 'code', 'request')
  redis.call('HSET', keys[1], 'used', args[1], 'used_by', args[4])
  redis.call('DEL', keys[2])
  return 1
end)

-- Counts something within a span of time; answers how often it was counted.
-- keys: what. args: the span (ms).
redis.register_function('count', function(keys, args)
  local count = redis.call('INCR', keys[1])
  if count == 1 then redis.call('PEXPIRE', keys[1], args[1]) end
  return count
end)

-- Takes back what was counted; what has ended meanwhile stays so.
-- keys: what.
redis.register_function('take_back', function(keys)
  local count = tonumber(redis.call('GET', keys[1]) or '0')
  if count > 0 then redis.call('DECR', keys[1]) end
  return redis.status_reply('OK')
end)
