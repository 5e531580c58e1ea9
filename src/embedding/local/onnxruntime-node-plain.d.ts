/** An earlier release of the same package, which comes without declarations. */
declare module 'onnxruntime-node-plain' {
  export { InferenceSession, Tensor } from 'onnxruntime-node';
}
