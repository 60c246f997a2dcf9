-- Page views of many people: each request comes from the next of PEOPLE addresses.

local PEOPLE = 50000

local threads = {}


function setup(thread)
  thread:set("number", #threads)
  threads[#threads + 1] = thread
end

function init(args)
  answered, refused, following = 0, 0, number * 7919
end

function request()
  following = (following + 1) % PEOPLE
  return wrk.format("POST", "/nhip/", {
    ["Content-Type"] = "text/plain",
    ["Sec-Fetch-Site"] = "same-origin",
    ["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    ["X-Forwarded-For"] = string.format("%d.%d.%d.1", 11 + math.floor(following / 65536), math.floor(following / 256) % 256, following % 256),
  }, '{"kind":"view","path":"/","page":"","from":"www.google.com"}')
end

function response(status)
  if status == 200 then answered = answered + 1 else refused = refused + 1 end
end

function done(summary, latency)
  local all, bad = 0, 0
  for _, thread in ipairs(threads) do
    all = all + thread:get("answered")
    bad = bad + thread:get("refused")
  end
  print(string.format('{"answered": %d, "refused": %d, "seconds": %f, "p50_us": %d, "p99_us": %d}',
    all, bad, summary.duration / 1e6, latency:percentile(50), latency:percentile(99)))
end
