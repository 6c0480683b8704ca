-- Whether a round has a track of that code. Rounds are few; no index. $1 code, $2 round or null
select exists (select 1 from rounds r where ($2::uuid is null or r.id = $2::uuid)
  and r.tracks @> jsonb_build_array(jsonb_build_object('code', $1::text)))
