package server

// subresources are the names that, in a query, make a request another
// operation than the plain one (S3 API reference, every "Request Syntax"; the
// last group is of other servers that speak S3, where a client may mean them).
// A row of the table that does not take one that is present does not match.
var subresources = []string{
	"abac", "accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption",
	"intelligent-tiering", "inventory", "legal-hold", "lifecycle", "list-type", "location", "logging",
	"metadataConfiguration", "metadataInventoryTable", "metadataJournalTable", "metadataTable",
	"metrics", "notification", "object-lock", "ownershipControls", "partNumber", "policy", "policyStatus",
	"publicAccessBlock", "renameObject", "replication", "requestPayment", "restore", "retention",
	"select", "session", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning",
	"versions", "website", "encryptionKey", "annotation",

	"append", "copy", "domain", "layout", "live", "object-lambda", "policy-status", "quota", "storageClass", "symlink", "x-oss-process",
}

// subresourceBits gives each subresource a bit of query.mask.
var subresourceBits = func() map[string]uint64 {
	if len(subresources) > 64 {
		panic("server: more subresources than bits")
	}
	bits := make(map[string]uint64, len(subresources))
	for i, name := range subresources {
		bits[name] = 1 << i
	}
	return bits
}()

// maskOf is the mask of some names, each of which must be a subresource.
func maskOf(names []string) (mask uint64) {
	for _, n := range names {
		bit, ok := subresourceBits[n]
		if !ok {
			panic("server: " + n + " is not in the list of subresources")
		}
		mask |= bit
	}
	return mask
}
