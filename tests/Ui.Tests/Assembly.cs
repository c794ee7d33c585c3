using Sidecar.Tests.Ui.Harness;
using Xunit.v3;

// Each class has a system of three processes, beside the browser.
[assembly: Parallelization(MaxThreads = 2)]
[assembly: AssemblyFixture(typeof(SharedBrowser))]
