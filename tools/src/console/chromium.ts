import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { PreflightError } from '../errors';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** A Chromium of this machine: BANKSIDE_CHROMIUM, or one on PATH. @throws PreflightError when there is none */
const chromiumPath = (): string => {
  const configured = process.env['BANKSIDE_CHROMIUM'];
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [...(configured === undefined ? [] : [configured]), ...onPath].find(isProgram);
  if (found !== undefined) return found;
  throw new PreflightError(
    'This needs Chromium, and there is none on PATH. Install it, or set BANKSIDE_CHROMIUM to where it is.',
  );
};

export const launchChromium = async (): Promise<Browser> => {
  const executablePath = chromiumPath();
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, args: FLAGS });
};
