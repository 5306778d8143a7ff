/*
 * Reads what a model said out of its recorded reply, in whichever dialect: event streams, lines of
 * JSON, or one JSON body. It reads chunk by chunk, so that a stream can be played back.
 */

/** Makes a reader: feed it chunks of bytes, and each returns the text that it adds. */
export function answerReader(contentType) {
  const decoder = new TextDecoder();
  const lines = readerOfLines(contentType);
  let rest = '';
  return {
    add(bytes) {
      rest += decoder.decode(bytes, { stream: true });
      return lines === null ? '' : drain();
    },
    end() {
      rest += decoder.decode();
      if (lines !== null) {
        rest += '\n';
        return drain();
      }
      return wholeText(rest);
    },
  };

  function drain() {
    const cut = rest.lastIndexOf('\n') + 1;
    const complete = rest.slice(0, cut);
    rest = rest.slice(cut);
    return complete.split(/\r?\n/).map(lines).join('');
  }
}

function readerOfLines(contentType) {
  const type = contentType.toLowerCase();
  return type.includes('event-stream') ? eventLine : type.includes('ndjson') ? jsonLine : null;
}

/** Whether an answer says something before its end. */
export const isStream = (contentType) => readerOfLines(contentType) !== null;

/** Returns the whole text of a recording's chunks. */
export function answerText(contentType, chunks) {
  const reader = answerReader(contentType);
  return chunks.map((chunk) => reader.add(chunk.bytes)).join('') + reader.end();
}

const eventLine = (line) => (line.startsWith('data:') ? jsonLine(line.slice(5)) : '');

function jsonLine(line) {
  const value = parsed(line);
  return value === null ? '' : addition(value);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // `[DONE]`, a comment, or no JSON at all: not a part of the answer
  }
}

/** What one event of a stream adds to the text. */
function addition(event) {
  if (typeof event !== 'object' || event === null) {
    return '';
  }
  if (event.type === 'content_block_delta') { // Anthropic
    return text(event.delta?.text);
  }
  if (event.type === 'response.output_text.delta') { // OpenAI responses
    return text(event.delta);
  }
  if (Array.isArray(event.choices)) { // OpenAI chat and completions; the first choice
    const choice = event.choices.find((one) => (one.index ?? 0) === 0);
    return text(choice?.delta?.content) || text(choice?.text);
  }
  if (Array.isArray(event.candidates)) { // Gemini
    return geminiText(event);
  }
  return text(event.message?.content) || text(event.response); // Ollama
}

/** The text of a reply that came in one piece; pretty JSON if no text is in it. */
function wholeText(body) {
  const reply = parsed(body);
  if (reply === null || typeof reply !== 'object') {
    return body;
  }
  if (Array.isArray(reply)) { // Gemini streams a list unless asked for events
    return reply.map(geminiText).join('') || pretty(reply);
  }
  return known(reply) || pretty(reply);
}

function known(reply) {
  return text(reply.choices?.[0]?.message?.content)
    || parts(reply.choices?.[0]?.message?.content)
    || text(reply.choices?.[0]?.text)
    || parts(reply.content)
    || (reply.output ?? []).filter?.((item) => item?.type === 'message').map((item) => parts(item.content)).join('\n')
    || geminiText(reply)
    || text(reply.message?.content)
    || text(reply.response)
    || text(reply.answer)
    || vectors(reply);
}

const text = (value) => (typeof value === 'string' ? value : '');

const parts = (list) => (Array.isArray(list) ? list.map((part) => text(part?.text)).join('') : '');

const geminiText = (reply) => parts(reply?.candidates?.[0]?.content?.parts);

function vectors(reply) {
  const list = Array.isArray(reply.data) ? reply.data.filter((item) => item?.embedding !== undefined) : [];
  return list.map((item, i) =>
    Array.isArray(item.embedding)
      ? `Vector ${i}: ${item.embedding.length} numbers, which begin with ${item.embedding.slice(0, 4).join(', ')} …`
      : `Vector ${i}: base64, ${text(item.embedding).length} characters`).join('\n');
}

export const pretty = (value) => JSON.stringify(value, null, 2);
