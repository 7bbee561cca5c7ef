import { connect } from 'node:net';
import { redisCommand } from '../processes/redis';

const END = 'end-of-replies';
const WITHIN_MS = 5_000;

/** Sends commands to the broker of a system. @returns the raw replies @throws when one of them is an error */
export const redis = (redisUrl: string, ...commands: readonly (readonly string[])[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port, password } = new URL(redisUrl);
    const socket = connect({ host: hostname, port: Number(port), timeout: WITHIN_MS });
    let text = '';
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setEncoding('utf8').on('error', fail);
    socket.once('timeout', () => fail(new Error('The broker did not reply in time')));
    socket.once('close', () => reject(new Error(`The broker closed the connection: ${text}`)));
    socket.on('data', (part: string) => {
      text += part;
      const [error] = /^-[A-Z]+ .*$/m.exec(text) ?? [];
      if (error !== undefined) fail(new Error(error));
      if (!text.includes(END)) return;
      resolve(text);
      socket.end();
    });
    socket.write([['AUTH', password], ...commands, ['ECHO', END]].map(redisCommand).join(''));
  });
