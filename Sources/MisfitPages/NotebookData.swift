import Misfit
import MisfitDatasets

/// The data sets of the pages, by the names under which their commands show them.
package struct NotebookData {
  /// Folders by shown name: `mnist`, `fashion-mnist`, `photos`.
  private(set) var folders: [String: String] = [:]
  /// Whether small images that ship with Misfit replace the published data sets.
  let usesStandIns: Bool

  /// The names of the files of MNIST and its like.
  static let trainImages = "train-images-idx3-ubyte.gz"
  static let trainLabels = "train-labels-idx1-ubyte.gz"
  static let testImages = "t10k-images-idx3-ubyte.gz"
  static let testLabels = "t10k-labels-idx1-ubyte.gz"

  /// Finds the published data in the folders of a folder, or in the current one.
  ///
  /// `photos` is a folder of color images of one size; without it, digits are painted.
  ///
  /// - Throws: ``NotebookDataError`` for a data set that is not there; ``FileError``, ``IngestError`` of what
  ///   is made in `workFolder`.
  package init(in folder: String?, photos: String?, isQuick: Bool, workFolder: String) throws {
    usesStandIns = isQuick
    if isQuick {
      let standIn = "\(workFolder)/digits"
      try StandInDigits.write(to: standIn)
      folders = ["mnist": standIn, "fashion-mnist": standIn]
    } else {
      for dataset in [Dataset.mnist, Dataset.fashionMNIST] {
        let candidates = [folder.map { "\($0)/\(dataset.name)" }, dataset.name, "data/\(dataset.name)"]
        guard let found = dataset.folder(among: candidates.compactMap(\.self)) else {
          throw NotebookDataError(dataset: dataset.name)
        }
        folders[dataset.name] = found
      }
    }
    if let photos, !isQuick {
      folders["photos"] = photos
    } else {
      let painted = "\(workFolder)/painted"
      try PaintedDigits.write(to: painted, count: isQuick ? 40 : 300)
      folders["photos"] = painted
    }
  }

  /// A shown path as this machine has it; nil where it is none of the data's.
  func path(of shown: String) -> String? {
    for (name, folder) in folders where shown == name || shown.hasPrefix(name + "/") {
      return folder + shown.dropFirst(name.count)
    }
    return nil
  }

  /// Text with the shown names in place of this machine's folders.
  func shown(_ text: String) -> String {
    folders.sorted { $0.value.count > $1.value.count }.reduce(text) { text, entry in
      text.replacing(entry.value, with: entry.key)
    }
  }
}

/// A data set of the pages is not on this machine.
struct NotebookDataError: DiagnosableError {
  var dataset: String

  var diagnosis: Diagnosis {
    Diagnosis(
      "the pages need \(dataset), which is not here",
      remedy:
        """
        `misfit data \(dataset) --to \(dataset)/` gets it; --data names a folder that holds it; --quick does \
        without
        """
    )
  }
}
