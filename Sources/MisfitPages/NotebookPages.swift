import Misfit

/// The pages of `misfit notebooks`.
package enum NotebookPages {
  /// All pages, in the order of their names.
  package static var all: [any NotebookPage.Type] {
    [
      MLPAndConvolutionPage.self, BatchNormalizationPage.self, FirstAutoencoderPage.self, FunPage.self,
      DeepPage.self, InspectionPage.self,
    ]
  }

  /// Writes a page, its pictures, tables and notebook to a folder.
  ///
  /// - Throws: the errors of its commands and drawings.
  package static func write(_ page: any NotebookPage.Type, to folder: String, _ run: NotebookRun) throws {
    let workshop = try Workshop(page, folder: folder, run: run)
    try page.write(in: workshop)
    try workshop.finish()
  }
}
