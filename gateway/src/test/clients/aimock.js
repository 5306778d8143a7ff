// A provider that others have written: aimock, with a few things it knows to say.
//
//   node aimock.js
//
// Its address is the first line of the output. It ends with its input.

import { LLMock } from '@copilotkit/aimock';

const mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent' });
mock.onMessage(/^Who\b/, { content: 'Wo man singt, da laß’ dich ruhig nieder. 🎶' });
mock.onMessage('weather', { toolCalls: [{ name: 'weather', arguments: '{"city":"Bonn"}' }] });
mock.onMessage('trouble', { error: { message: 'Das geht nicht.', type: 'x' }, status: 429 });
await mock.start();
console.log(mock.url);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
