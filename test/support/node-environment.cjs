const { TestEnvironment } = require("jest-environment-node");

/** Jest runs tests in a realm of its own, whose typed arrays onnxruntime's native code does not accept. */
module.exports = class extends TestEnvironment {
  constructor(...options) {
    super(...options);
    Object.assign(this.global, { Float32Array, BigInt64Array });
  }
};
