import Testing

@testable import MisfitMPI

@Suite struct LaunchedRankTests {
  @Test("The rank is read from the variables of Open MPI and of MPICH")
  func variables() {
    let openMPI = ["OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4"]
    #expect(
      LaunchedRank { openMPI[$0] } == LaunchedRank(rank: 3, count: 4, interface: .openMPI))
    let mpich = ["PMI_RANK": "0", "PMI_SIZE": "1"]
    #expect(LaunchedRank { mpich[$0] } == LaunchedRank(rank: 0, count: 1, interface: .mpich))
  }

  @Test(
    "An environment without a complete rank is that of a single process",
    arguments: [
      [:], ["PMI_RANK": "1"], ["PMI_RANK": "2", "PMI_SIZE": "2"], ["PMI_RANK": "-1", "PMI_SIZE": "2"],
      ["PMI_RANK": "one", "PMI_SIZE": "2"],
    ])
  func noRank(environment: [String: String]) {
    #expect(LaunchedRank { environment[$0] } == nil)
  }
}
