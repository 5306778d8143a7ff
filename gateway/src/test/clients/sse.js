// Reads streams of server-sent events with readers that others have written.
//
//   node sse.js FILE
//
// Each line of the file is a stream: what it is (any, or such as the vendors send), and its pieces
// in base64, parted by commas. What was read of it is one line of the output: for each reader, each
// event as type:data:id, parted by blanks; readers are parted by tabs. The vendors' know no ids.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { _iterSSEMessages as readForAnthropic } from '@anthropic-ai/sdk/core/streaming';
import { createParser } from 'eventsource-parser';
import { _iterSSEMessages as readForOpenAi } from 'openai/core/streaming';

const base64 = (text) => Buffer.from(text, 'utf8').toString('base64');

const written = (event, data, id) => [event || 'message', data, id].map(base64).join(':');

function readByRule(pieces) {
  const events = [];
  let lastId = '';
  const parser = createParser({
    onEvent: ({ event, data }) => events.push(written(event, data, lastId)),
    onId: (id) => { lastId = id; }, // told before the event, and also where there is none
  });
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true }); // the mark is for the parser
  for (const piece of pieces) {
    parser.feed(decoder.decode(piece, { stream: true }));
  }
  return events.join(' ');
}

async function* one(pieces) {
  yield* pieces;
}

async function readAsVendor(read, pieces) {
  const events = [];
  for await (const { event, data } of read({ body: one(pieces) }, new AbortController())) {
    events.push(written(event, data, ''));
  }
  return events.join(' ');
}

const lines = [];
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const [kind, joined] = line.split(' ');
  const pieces = joined.split(',').map((piece) => Buffer.from(piece, 'base64'));
  const read = [readByRule(pieces)];
  if (kind === 'vendor') {
    read.push(await readAsVendor(readForOpenAi, pieces));
    read.push(await readAsVendor(readForAnthropic, pieces));
  }
  lines.push(read.join('\t'));
}
process.stdout.write(lines.join('\n') + '\n');
