namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>The database was written by a later program. It is left as it is.</summary>
internal sealed class IndexSchemaException(int found, int known)
    : Exception($"The index has schema {found}, this program knows schema {known}.");
