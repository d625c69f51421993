package store

import (
	"slices"
	"strings"
)

// Kinds of endpoints that people choose among when they add one.
const (
	OceanKind = "DigitalOcean"
	AWSKind   = "AWS"
	OtherKind = "Other S3"
)

// Preset is what is known of a kind of endpoint before one is added. What it lacks is a hint for people and nothing else: what
// an endpoint can do is learned from its answers.
type Preset struct {
	Kind    string
	Regions []string // to choose from; nil: the address is typed
	Example string   // of an address that is typed
	Region  string   // that goes with it when none is typed
	Lacks   string   // in a few words, "" for nothing worth one
	Source  string   // the provider's documentation of all this

	host func(region string) string
}

// presets in the order in which they are offered. Regions are those of the page in Source.
var presets = []Preset{
	{Kind: OceanKind, Regions: oceanRegions, host: oceanEndpoint, Source: "https://docs.digitalocean.com/products/spaces/details/availability/"},
	{Kind: AWSKind, Regions: amazonRegions, host: awsEndpoint, Source: "https://docs.aws.amazon.com/general/latest/gr/s3.html"},
	{Kind: "Cloudflare R2", Example: "https://ACCOUNT.r2.cloudflarestorage.com", Region: "auto",
		Lacks: "permissions of files, tags, versions, bucket policies", Source: "https://developers.cloudflare.com/r2/api/s3/api/"},
	{Kind: "Backblaze B2", Example: "https://s3.REGION.backblazeb2.com",
		Lacks: "permissions of single files: they are those of the Space", Source: "https://www.backblaze.com/docs/cloud-storage-s3-compatible-api"},
	{Kind: "Wasabi", Regions: wasabiRegions, host: func(region string) string { return "s3." + region + ".wasabisys.com" },
		Source: "https://docs.wasabi.com/docs/service-urls-for-wasabis-storage-regions"},
	{Kind: "Hetzner", Regions: []string{"fsn1", "nbg1", "hel1"}, host: func(region string) string { return region + ".your-objectstorage.com" },
		Lacks: "access logs, encryption by default", Source: "https://docs.hetzner.com/storage/object-storage/supported-actions/"},
	{Kind: "Ceph", Example: "http://127.0.0.1:7480", Source: "https://docs.ceph.com/en/latest/radosgw/s3/"},
	{Kind: "MinIO", Example: "http://127.0.0.1:9000",
		Lacks: "permissions of single files", Source: "https://docs.min.io/community/minio-object-store/reference/s3-api-compatibility.html"},
	{Kind: "Garage", Example: "http://127.0.0.1:3900", Region: "garage",
		Lacks: "permissions of files, tags, versions, bucket policies", Source: "https://garagehq.deuxfleurs.fr/documentation/reference-manual/s3-compatibility/"},
	{Kind: "SeaweedFS", Example: "http://127.0.0.1:8333", Source: "https://github.com/seaweedfs/seaweedfs/wiki/Amazon-S3-API"},
	{Kind: OtherKind, Example: "https://s3.example.com"},
}

// amazonRegions are those that every AWS account has switched on (AWS: "Regions and Zones"), the nearest ones first by name.
var amazonRegions = []string{"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-central-1", "eu-west-1",
	"eu-west-2", "eu-west-3", "eu-north-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
	"ap-southeast-1", "ap-southeast-2", "sa-east-1"}

var wasabiRegions = []string{"us-east-1", "us-east-2", "us-central-1", "us-west-1", "us-west-2", "ca-central-1", "eu-central-1", "eu-central-2",
	"eu-west-1", "eu-west-2", "eu-west-3", "eu-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2"}

// Presets are what to choose from when a connection is added; the last is any other endpoint.
func Presets() []Preset { return slices.Clone(presets) }

// Endpoint is that of a region, "" where the address has to be typed.
func (p Preset) Endpoint(region string) string {
	if p.host == nil || region == "" {
		return ""
	}
	return "https://" + p.host(region)
}

// presetOf a kind; of one that there is none of it is the zero Preset.
func presetOf(kind string) Preset {
	if i := slices.IndexFunc(presets, func(p Preset) bool { return p.Kind == kind }); i >= 0 {
		return presets[i]
	}
	return Preset{}
}

// EndpointOf is the endpoint of a region, "" where it is not known.
func EndpointOf(kind, region string) string { return presetOf(kind).Endpoint(region) }

// KindOfEndpoint tells what kind an endpoint is of, and in which region, by its name alone. Those that have no list of regions
// are of the other kind.
func KindOfEndpoint(endpoint string) (kind, region string) {
	u, err := parseEndpoint(endpoint)
	if err != nil || u == nil {
		return OtherKind, ""
	}
	for _, p := range presets {
		for _, region := range p.Regions {
			if strings.EqualFold(p.Endpoint(region), u.String()) {
				return p.Kind, region
			}
		}
	}
	return OtherKind, quirksOf(Config{}, u).region
}
