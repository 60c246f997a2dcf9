-- Settings come as one flat JSON argument; the summary goes out as one JSON line.
local function text(source, name)
  return source:match('"' .. name .. '": "(.-)"[,}]') or ""
end

function init(args)
  local settings = args[1] or "{}"
  wrk.method = text(settings, "method")
  -- In hexadecimal: a body of JSON inside the JSON of the settings would need a parser.
  local body = text(settings, "body"):gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)
  if body ~= "" then wrk.body = body end
  local headers = settings:match('"headers": {(.-)}') or ""
  for name, value in headers:gmatch('"(.-)": "(.-)"') do
    wrk.headers[name] = value
  end
  pause = tonumber(settings:match('"pause_ms": ([%d%.e+-]+)')) or 0
  math.randomseed(os.time())
  -- Exponential pauses around the mean: requests arrive as independent people do.
  if pause > 0 then
    delay = function()
      return math.floor(-pause * math.log(1 - math.random()) + 0.5)
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "errors": %d, "p50_us": %d, "p99_us": %d}\n',
    summary.requests, summary.duration / 1e6, failed, latency:percentile(50), latency:percentile(99)
  ))
end
