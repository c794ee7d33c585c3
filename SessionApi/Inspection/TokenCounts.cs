using System.Buffers.Text;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Inspection;

/// <summary>The tokens of a message, as the model's API counts them.</summary>
internal readonly record struct TokenCounts(long Input, long Output, long CacheRead, long CacheCreation)
{
    public static TokenCounts operator +(TokenCounts left, TokenCounts right) => new(
        left.Input + right.Input, left.Output + right.Output, left.CacheRead + right.CacheRead, left.CacheCreation + right.CacheCreation);

    /// <param name="line">The line that holds them.</param>
    /// <param name="usage">An object with <c>input_tokens</c> and so on; what is missing is 0.</param>
    public static TokenCounts Of(ReadOnlySpan<byte> line, JsonSlice usage)
    {
        var counts = default(TokenCounts);
        var members = new JsonObjectWalker(line[..(usage.Start + usage.Length)], usage.Start);
        while (members.Next(out var name, out var value))
        {
            if (!Utf8Parser.TryParse(value.In(line), out long tokens, out _) || tokens < 0)
            {
                continue;
            }

            counts = name switch
            {
                _ when name.SequenceEqual("input_tokens"u8) => counts with { Input = tokens },
                _ when name.SequenceEqual("output_tokens"u8) => counts with { Output = tokens },
                _ when name.SequenceEqual("cache_read_input_tokens"u8) => counts with { CacheRead = tokens },
                _ when name.SequenceEqual("cache_creation_input_tokens"u8) => counts with { CacheCreation = tokens },
                _ => counts,
            };
        }

        return counts;
    }
}
