package server

import (
	"net/http"
	"slices"

	"spaces/server/inbound"
)

// subresources are the names that, in a query, make a request another
// operation than the plain one (S3 API reference, every "Request Syntax"). A row
// of the table that does not take one that is present does not match.
var subresources = []string{
	"abac", "accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption",
	"intelligent-tiering", "inventory", "legal-hold", "lifecycle", "list-type", "location", "logging",
	"metadataConfiguration", "metadataInventoryTable", "metadataJournalTable", "metadataTable",
	"metrics", "notification", "object-lock", "ownershipControls", "partNumber", "policy", "policyStatus",
	"publicAccessBlock", "renameObject", "replication", "requestPayment", "restore", "retention",
	"select", "session", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning",
	"versions", "website", "encryptionKey", "annotation", "renameObjects", "changeObjects",
	"destroy", "destroyed", "undestroy", "archive",
}

// foreign are subresources of other servers that speak S3. A client that
// changes something may mean them, and is refused; a link with such a parameter
// is somebody's own, and S3 gives the object.
var foreign = []string{
	"append", "copy", "domain", "layout", "live", "object-lambda", "policy-status", "quota", "storageClass", "symlink", "x-oss-process",
}

// subresourceBits gives each subresource a bit of query.mask.
var subresourceBits = func() map[string]uint64 {
	names := slices.Concat(subresources, foreign)
	if len(names) > 64 {
		panic("server: more subresources than bits")
	}
	bits := make(map[string]uint64, len(subresources))
	for i, name := range names {
		bits[name] = 1 << i
	}
	return bits
}()

// masked gives the bits of the subresources in a query that count for a method:
// a browser that asks before a request asks for any.
func masked(method string, q inbound.Query) (mask uint64) {
	if method == http.MethodOptions {
		return 0
	}
	for i := range q {
		mask |= subresourceBits[q[i].Name]
	}
	if method == http.MethodGet || method == http.MethodHead {
		mask &^= foreignMask
	}
	return mask
}

var foreignMask = maskOf(foreign)

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
