/// The coefficients of one optimizer step, in the form of the kernels.
///
/// `decay` is the learning rate times the weight decay, subtracted from the parameter itself and not through
/// the moments (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019).
package enum OptimizerStep: Sendable {
  /// Kingma and Ba, 2015; `stepSize` includes both bias corrections, epsilon is added to the uncorrected
  /// root, as in Keras.
  case adam(stepSize: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float)
  /// Stochastic gradient descent with momentum, as in Keras.
  case momentum(learningRate: Float, momentum: Float, decay: Float)
  /// RMSprop (Hinton, 2012), epsilon under the root, as in Keras.
  case rootMeanSquare(learningRate: Float, rho: Float, epsilon: Float, decay: Float)
  /// Adadelta (Zeiler, 2012).
  case adadelta(learningRate: Float, rho: Float, epsilon: Float, decay: Float)
}
