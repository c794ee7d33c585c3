using System.Text;

namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>
/// Gives texts that come again and again, such as directories, one string. It remembers a fixed number of them, so a text may
/// come out as a second string, never as a wrong one.
/// </summary>
internal sealed class SharedTexts
{
    // A power of two, and more than the directories that a person works in.
    private const int Places = 1024;

    private readonly string?[] _known = new string?[Places];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        var place = (int)(StateChecksum.Of(utf8) & (Places - 1));
        if (_known[place] is { } known && Ascii.Equals(utf8, known))
        {
            return known;
        }

        return _known[place] = Encoding.UTF8.GetString(utf8);
    }
}
