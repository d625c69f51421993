package server_test

import (
	"testing"

	"spaces/server"
)

// FuzzDocument reads anything as each document of a Space: what is accepted is
// accepted again in the form in which it is stored, which stays the same.
func FuzzDocument(f *testing.F) {
	for _, doc := range []string{
		corsDoc(anyRule+" AllowedHeader=x-* ExposeHeader=ETag MaxAgeSeconds=3 ID=a", anyRule), tagSet(2), policy(full + group),
		website(indexDoc + "<ErrorDocument><Key>e</Key></ErrorDocument>"), website("<RedirectAllRequestsTo>" + toHost + "</RedirectAllRequestsTo>"),
		routed("<Condition><KeyPrefixEquals>a</KeyPrefixEquals></Condition>" + redirect(toHost+"<HttpRedirectCode>301</HttpRedirectCode>")),
		"<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>",
		"<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>",
		"<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
		logDocument("logs", "a/", "<TargetGrants>"+group+"</TargetGrants>"+partition("<PartitionDateSource>EventTime</PartitionDateSource>")),
		"<CORSConfiguration><CORSRule><AllowedOrigin>&#x1;</AllowedOrigin></CORSRule></CORSConfiguration>",
	} {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		stored, kinds, ok := server.ReadDocuments(doc)
		if !ok {
			return
		}
		again, same, ok := server.ReadDocuments(stored)
		if !ok || again != stored || same != kinds {
			t.Errorf("%q is stored as %q (%s), which is read as %q (%s)", doc, stored, kinds, again, same)
		}
	})
}
