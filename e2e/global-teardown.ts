const teardown = async (): Promise<void> => globalThis.e2eSystem?.stop();

export default teardown;
