-- POSTs questions of 1 KB. Its first argument says how many different ones there are, which come in
-- turn; 0 means that no question is ever asked twice. The second is in whose words, if not in those
-- of chats. The last line says what came of it.

local DIALECTS = {
  chat = {
    path = "/v1/chat/completions",
    start = '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"',
    finish = '"}]}',
  },
  responses = {
    path = "/v1/responses",
    start = '{"model":"gpt-4o-mini","store":false,"input":[{"role":"user","content":"',
    finish = '"}]}',
  },
  messages = {
    path = "/v1/messages",
    start = '{"model":"claude-sonnet-4-5","max_tokens":999,"messages":[{"role":"user","content":"',
    finish = '"}]}',
  },
  embeddings = {
    path = "/v1/embeddings",
    start = '{"model":"text-embedding-3-small","encoding_format":"base64","input":"',
    finish = '"}',
  },
}
local BODY_BYTES = 1024
local HEADERS = {
  ["Content-Type"] = "application/json",
  ["Authorization"] = "Bearer sk-of-the-benchmark",
}
local PROSE = "It was a dark and stormy night; the rain fell in torrents, save at intervals. "

local requests = {}
local count = 0
local run
local dialect

local function question(text)
  local start = dialect.start .. text .. ": "
  local finish = dialect.finish
  local gap = BODY_BYTES - #start - #finish
  local prose = PROSE:rep(math.ceil(gap / #PROSE)):sub(1, gap)
  return wrk.format("POST", dialect.path, HEADERS, start .. prose .. finish)
end

function init(arguments)
  math.randomseed(os.time() + math.floor(os.clock() * 1e9))
  run = tostring(math.random(1e9))
  dialect = DIALECTS[arguments[2] or "chat"]
  for i = 1, tonumber(arguments[1]) do
    requests[i] = question("Question " .. i)
  end
end

function request()
  count = count + 1
  if #requests == 0 then
    return question(run .. "/" .. count)
  end
  return requests[count % #requests + 1]
end

-- wrk counts time in microseconds; os.clock() is the processor time of all its threads.
function done(summary, latency)
  local seconds = summary.duration / 1e6
  local errors = summary.errors
  for kind, number in pairs(errors) do
    if number > 0 then
      io.stderr:write(number .. " errors: " .. kind .. "\n")
    end
  end
  print(string.format("result %.1f %d %d %d %d %.0f",
    summary.requests / seconds,
    latency:percentile(50),
    latency:percentile(99),
    summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    100 * os.clock() / seconds))
end
