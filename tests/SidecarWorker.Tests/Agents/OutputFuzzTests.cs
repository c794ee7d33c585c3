using System.Text;
using Sidecar.Tests.TestSupport.Fuzzing;

namespace Sidecar.Tests.SidecarWorker.Agents;

/// <summary>Whatever a CLI writes is messages or noise. The seed of a failure is in its message.</summary>
public sealed class OutputFuzzTests
{
    private const int Lines = 20_000;

    private readonly int _seed = Environment.TickCount;

    [Fact]
    public void Lines_OfAnyKind_AreMessagesOrNoise()
    {
        var inputs = new FuzzInputs(_seed);
        var target = new OutputTarget();
        var messages = 0;
        for (var i = 0; i < Lines; i++)
        {
            foreach (var line in LinesOf(inputs.AgentLine()))
            {
                try
                {
                    messages += target.Take(line).Count;
                }
                catch (Exception exception)
                {
                    Assert.Fail($"seed {_seed}, line {i}: {Encoding.UTF8.GetString(line)}: {exception}");
                }
            }
        }

        Assert.InRange(messages, Lines / 2, 2 * Lines); // most of them are valid JSON
    }

    // The line reader has split them before.
    private static IEnumerable<byte[]> LinesOf(byte[] text)
    {
        var start = 0;
        for (int end; (end = Array.IndexOf(text, (byte)'\n', start)) >= 0; start = end + 1)
        {
            yield return text[start..end];
        }

        yield return text[start..];
    }
}
