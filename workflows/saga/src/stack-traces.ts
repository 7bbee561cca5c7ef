// Preloaded into the sandbox of workflows, before the SDK freezes its globals. For the query `__stack_trace` the SDK
// formats a stack trace at every promise of a workflow, with source maps, and has no option to leave that out: with ten
// frames it was a third of the thread that runs workflows. Failures keep the frame in which they were thrown.
Error.stackTraceLimit = 1;
