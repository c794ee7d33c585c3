namespace Sidecar.SessionApi.Search.Texts;

/// <summary>Where a text lies in its transcript.</summary>
/// <param name="LineOffset">The offset of its line in the file.</param>
/// <param name="LineBytes">The length of the line, without its line feed.</param>
/// <param name="LineNumber">The first line is 1.</param>
/// <param name="Start">Where in the line the JSON string begins.</param>
internal readonly record struct TextPlace(long LineOffset, int LineBytes, int LineNumber, int Start);
