// In bundles, in place of modules that others load and never use.
module.exports = {};
