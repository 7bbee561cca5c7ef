import { connect } from 'node:net';
import type { Check } from './until';

/** Ready when the URL answers with 2xx. */
export const httpAnswers =
  (url: string): Check =>
  async (signal) => {
    const response = await fetch(url, { signal });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  };

/** Ready when the port accepts a connection and, where given, answers `ask` with something that has `answer` in it. */
export const tcpAnswers =
  (port: number, ask?: string, answer = ''): Check =>
  (signal) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', signal });
      const settle = (done: () => void) => {
        socket.destroy();
        done();
      };
      socket.once('error', (error) => settle(() => reject(error)));
      socket.once('close', () => reject(new Error('The connection was closed')));
      socket.once('connect', () => (ask === undefined ? settle(resolve) : socket.write(ask)));
      socket.once('data', (data) =>
        settle(() =>
          data.toString('latin1').includes(answer)
            ? resolve()
            : reject(new Error(`Answered ${data.toString('latin1')}`)),
        ),
      );
    });
