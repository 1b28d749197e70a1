// Reads a Brume ledger with software that others wrote: the checker of transparency-dev/tessera rebuilds the tree from the
// public paths, and go-jose checks the signature of every reading under the keys that the ledger's own entries name.
//
// usage: outside LEDGER_URL VERIFIER_KEY
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

const limit = 5 * time.Minute

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: outside LEDGER_URL VERIFIER_KEY"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	size, signatures, err := check(ctx, os.Args[1], os.Args[2])
	if err != nil {
		fail(err)
	}
	fmt.Printf("%d entries, %d readings signed by their devices\n", size, signatures)
}

func check(ctx context.Context, ledger, vkey string) (uint64, int, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return 0, 0, err
	}
	root, err := url.Parse(ledger + "/")
	if err != nil {
		return 0, 0, err
	}
	fetcher, err := client.NewHTTPFetcher(root, &http.Client{Timeout: 30 * time.Second})
	if err != nil {
		return 0, 0, err
	}
	if err := fsck.New(verifier.Name(), verifier, fetcher, leafHashes, fsck.Opts{N: 2}).Check(ctx); err != nil {
		return 0, 0, fmt.Errorf("tessera's fsck: %w", err)
	}
	checkpoint, _, _, err := client.FetchCheckpoint(ctx, fetcher.ReadCheckpoint, verifier, verifier.Name())
	if err != nil {
		return 0, 0, err
	}
	signatures, err := checkSignatures(ctx, fetcher, checkpoint.Size)
	return checkpoint.Size, signatures, err
}

func leafHashes(bundle []byte) ([][]byte, error) {
	var entries api.EntryBundle
	if err := entries.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	hashes := make([][]byte, 0, len(entries.Entries))
	for _, entry := range entries.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}

// What a brume-binding or brume-key entry says of a key.
type keyEntry struct {
	Device    string          `json:"device"`
	KeyNumber int             `json:"keyNumber"`
	JWK       jose.JSONWebKey `json:"jwk"`
}

func checkSignatures(ctx context.Context, fetcher *client.HTTPFetcher, size uint64) (int, error) {
	keys := map[string]jose.JSONWebKey{}
	readings := 0
	for index := uint64(0); index*256 < size; index++ {
		bundle, err := client.GetEntryBundle(ctx, fetcher.ReadEntryBundle, index, size)
		if err != nil {
			return readings, err
		}
		for _, entry := range bundle.Entries {
			signed, err := checkEntry(string(entry), keys)
			if err != nil {
				return readings, fmt.Errorf("bundle %d: %w", index, err)
			}
			readings += signed
		}
	}
	return readings, nil
}

func checkEntry(entry string, keys map[string]jose.JSONWebKey) (int, error) {
	jws, err := jose.ParseSignedCompact(entry, []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256})
	if err != nil {
		return 0, err
	}
	header := jws.Signatures[0].Protected
	if strings.HasPrefix(header.KeyID, "platform#") {
		return 0, learnKey(jws.UnsafePayloadWithoutVerification(), keys)
	}
	key, known := keys[header.KeyID]
	if !known {
		return 0, fmt.Errorf("no entry names the key %s", header.KeyID)
	}
	_, err = jws.Verify(key)
	return 1, err
}

func learnKey(payload []byte, keys map[string]jose.JSONWebKey) error {
	var entry keyEntry
	if err := json.Unmarshal(payload, &entry); err != nil {
		return err
	}
	if entry.KeyNumber > 0 {
		keys[fmt.Sprintf("%s#%d", entry.Device, entry.KeyNumber)] = entry.JWK
	}
	return nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
