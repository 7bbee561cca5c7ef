import { connect } from 'node:net';
import type { Check } from './until';

/** Of a failed check: enough for the reason in a problem or in a response that names what is missing. */
const SHOWN_LENGTH = 300;

/** Ready when the URL responds with 2xx. */
export const httpAnswers =
  (url: string): Check =>
  async (signal) => {
    const response = await fetch(url, { signal });
    const body = await response.text();
    if (!response.ok)
      throw new Error(`${url} responded with ${response.status} ${body.slice(0, SHOWN_LENGTH)}`.trimEnd());
  };

/** Ready when the port accepts a connection and, if `request` is given, its reply contains `reply`. */
export const tcpAnswers =
  (port: number, request?: string, reply = ''): Check =>
  (signal) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', signal });
      const settle = (done: () => void) => {
        socket.destroy();
        done();
      };
      socket.once('error', (error) => settle(() => reject(error)));
      socket.once('close', () => reject(new Error('The connection was closed')));
      socket.once('connect', () => (request === undefined ? settle(resolve) : socket.write(request)));
      socket.once('data', (data) =>
        settle(() =>
          data.toString('latin1').includes(reply)
            ? resolve()
            : reject(new Error(`The reply was ${data.toString('latin1')}`)),
        ),
      );
    });
