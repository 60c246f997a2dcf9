-- Casts one vote per line of a file, each line once, and prints what came back as JSON.
-- A line holds: address of the voter, cookies, body; separated by tabs.

local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long micros; } poll_time; int gettimeofday(poll_time *, void *);")

local function now()
  local moment = ffi.new("poll_time")
  ffi.C.gettimeofday(moment, nil)
  return tonumber(moment.seconds) + tonumber(moment.micros) / 1e6
end

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  threads[#threads + 1] = thread
end

function init(args)
  votes, following, accepted, refused, statuses = {}, 0, 0, 0, ""
  local path, file, count = args[1], args[2], tonumber(args[3])
  local line_number = 0
  for line in io.lines(file) do
    if line_number % count == number then
      local address, cookie, body = line:match("^(.-)\t(.-)\t(.*)$")
      votes[#votes + 1] = wrk.format("POST", path, {
        ["Content-Type"] = "application/x-www-form-urlencoded",
        ["Cookie"] = cookie,
        ["X-Forwarded-For"] = address,
        ["Sec-Fetch-Site"] = "same-origin",
      }, body)
    end
    line_number = line_number + 1
  end
  -- wrk asks its first thread for one request that it never sends.
  if number == 0 then following = -1 end
  started_at, ended_at = now(), 0
end

function request()
  following = following + 1
  -- What is still asked for when the lines run out repeats the last vote, which changes nothing.
  return votes[math.max(1, math.min(following, #votes))]
end

function response(status)
  if ended_at > 0 then return end
  if status == 303 then
    accepted = accepted + 1
  else
    refused = refused + 1
    statuses = statuses .. " " .. status
  end
  if accepted + refused == #votes then
    ended_at = now()
    wrk.thread:stop()
  end
end

function done(summary, latency)
  local accepted, refused, statuses, started_at, ended_at = 0, 0, "", math.huge, 0
  for _, thread in ipairs(threads) do
    accepted = accepted + thread:get("accepted")
    refused = refused + thread:get("refused")
    statuses = statuses .. thread:get("statuses"):sub(1, 200)
    started_at = math.min(started_at, thread:get("started_at"))
    ended_at = math.max(ended_at, thread:get("ended_at"))
  end
  io.write(string.format(
    '\n{"accepted": %d, "refused": %d, "seconds": %.3f, "p50_us": %.0f, "p99_us": %.0f, "statuses": "%s"}\n',
    accepted, refused, ended_at - started_at, latency:percentile(50), latency:percentile(99), statuses
  ))
end
