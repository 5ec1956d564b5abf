import MisfitCore
import MisfitKernels

extension TableCells {
  /// The mixed loss of the cells: a missing one costs nothing, and an unseen one its surprise.
  package var loss: GroupedLoss { GroupedLoss(cells.map { LossGroup($0) }, width: width) }
}

extension LossGroup {
  fileprivate init(_ cell: TableCell) {
    let (kind, mark): (Kind, Float?) =
      switch cell.kind {
      case .numbers: (.squares, cell.far)
      case .yesOrNo: (.binary, TableCell.unseenLevel)
      case .levels: (.softmax, TableCell.unseenLevel)
      }
    self.init(
      kind, outputs: cell.inputs, mask: cell.indicator, factor: cell.factor, mark: mark,
      markedCost: cell.surprise)
  }
}
