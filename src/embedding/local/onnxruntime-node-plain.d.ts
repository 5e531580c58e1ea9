/** An earlier release of the same package, which has no declarations of its own. */
declare module 'onnxruntime-node-plain' {
  export { InferenceSession, Tensor } from 'onnxruntime-node';
}
