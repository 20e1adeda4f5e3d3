/** The labels that KubeVirt and Node Feature Discovery put on a worker, per architecture. */

const AMD64_FEATURES =
  'adx aes amd-ssbd apic arat arch-capabilities avx avx2 avx512-vpopcntdq avx512bitalg avx512bw avx512cd avx512dq avx512f avx512ifma ' +
  'avx512vbmi avx512vbmi2 avx512vl avx512vnni bmi1 bmi2 clflush clflushopt clwb cmov cx16 cx8 de erms f16c fma fpu fsgsbase fsrm fxsr ' +
  'gfni hypervisor ibpb ibrs invpcid la57 lahf_lm lm mca mce md-clear mmx movbe msr mtrr nx pae pat pcid pclmulqdq pdpe1gb pge pku pni ' +
  'popcnt pse pse36 rdpid rdrand rdseed rdtscp rsba sep sha-ni smap smep spec-ctrl ss ssbd sse sse2 sse4.1 sse4.2 ssse3 stibp syscall';
const AMD64_MODELS =
  'Broadwell-noTSX-IBRS Cascadelake-Server-noTSX Haswell-noTSX-IBRS Icelake-Server-noTSX IvyBridge-IBRS Nehalem-IBRS Opteron_G2 Penryn ' +
  'SandyBridge-IBRS Skylake-Client-noTSX-IBRS Skylake-Server-noTSX-IBRS Westmere-IBRS';
const ARM64_FEATURES =
  'aes asimd asimddp asimdhp asimdrdm atomics bf16 cpuid crc32 dcpodp dcpop dit evtstrm fcma flagm fp fphp i8mm ilrcpc jscvt lrcpc ' +
  'paca pacg pmull rng sb sha1 sha2 sha3 sha512 ssbs sve svebf16 svei8mm uscat';

const CPUS: Readonly<Record<string, { features: string; models: string; vendor: string; family: string }>> = {
  amd64: { features: AMD64_FEATURES, models: AMD64_MODELS, vendor: 'Intel', family: '6' },
  arm64: { features: ARM64_FEATURES, models: '', vendor: 'ARM', family: '8' },
};
const UNKNOWN_CPU = { features: '', models: '', vendor: 'unknown', family: '0' };

/** As KubeVirt's node labeller and NFD's CPU source write them. */
export function featureLabels(architecture: string): Record<string, string> {
  const { features, models, vendor, family } = CPUS[architecture] ?? UNKNOWN_CPU;
  const each = (prefix: string, names: string) => Object.fromEntries(words(names).map((name) => [prefix + name, 'true']));
  return {
    ...each('cpu-feature.node.kubevirt.io/', features),
    ...each('cpu-model.node.kubevirt.io/', models),
    ...each('cpu-model-migration.node.kubevirt.io/', models),
    [`cpu-vendor.node.kubevirt.io/${vendor}`]: 'true',
    'feature.node.kubernetes.io/cpu-model.family': family,
    'feature.node.kubernetes.io/cpu-model.vendor_id': vendor,
    'feature.node.kubernetes.io/kernel-version.major': '5',
    'feature.node.kubernetes.io/kernel-version.minor': '14',
    'feature.node.kubernetes.io/system-os_release.ID': 'rhcos',
    'kubevirt.io/ksm-enabled': 'false',
  };
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}
