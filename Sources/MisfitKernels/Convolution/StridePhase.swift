/// The pixels of an image row or column that share the same kernel taps in the data gradient: every
/// `stride`th one.
///
/// The pixel `firstPixel + stride * i` is a sum over `taps` positions from `firstPosition + i` on; position
/// number j is multiplied by the tap `lastTap - stride * j` of the kernel.
struct StridePhase: Hashable, Sendable {
  var firstPixel: Int
  var count: Int
  var taps: Int
  var firstPosition: Int
  var lastTap: Int

  /// Returns the phases along one side of an image of `pixels`.
  static func all(pixels: Int, kernel: Int, stride: Int, padBefore: Int) -> [StridePhase] {
    (0..<stride).compactMap { phase in
      let first = ((phase - padBefore) % stride + stride) % stride
      guard first < pixels else { return nil }
      let taps = phase < kernel ? (kernel - 1 - phase) / stride + 1 : 0
      return StridePhase(
        firstPixel: first, count: (pixels - 1 - first) / stride + 1, taps: taps,
        firstPosition: (first + padBefore - phase) / stride - (taps - 1), lastTap: phase + stride * (taps - 1)
      )
    }
  }
}
